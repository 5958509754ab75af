foreach(name track track_repeats hosts lines reset viewpoint copies)
  smbt_test(observe/${name} smbt_observe)
endforeach()
