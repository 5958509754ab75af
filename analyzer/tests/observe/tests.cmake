foreach(name track track_repeats hosts host_name lines reset viewpoint copies)
  smbt_test(observe/${name} smbt_observe)
endforeach()
