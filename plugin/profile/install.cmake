# cmake -DFROM=FOLDER -P install.cmake: a copy of the profile in FOLDER for the one who calls, unless there is one of
# that name: it may have been changed since.
set(config "$ENV{XDG_CONFIG_HOME}")
if(NOT config)
  set(config "$ENV{HOME}/.config")
endif()
get_filename_component(name ${FROM} NAME)
set(to ${config}/wireshark/profiles/${name})
if(EXISTS ${to} OR IS_SYMLINK ${to})
  message("The profile ${to} is there already and stays as it is")
else()
  file(COPY ${FROM} DESTINATION ${config}/wireshark/profiles)
  message("The profile ${name} is in ${to}")
endif()
