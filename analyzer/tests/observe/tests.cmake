foreach(name track track_repeats hosts reset viewpoint copies)
  smbt_test(observe/${name} smbt_observe)
endforeach()
