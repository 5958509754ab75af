foreach(name track hosts reset viewpoint copies)
  smbt_test(observe/${name} smbt_observe)
endforeach()
