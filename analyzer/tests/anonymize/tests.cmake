foreach(name key pseudonym frames blank blank_logon blank_smb2 streams)
  smbt_test(anonymize/${name} smbt_anonymize smbt_test_build)
endforeach()
