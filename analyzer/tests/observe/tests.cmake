foreach(name track hosts viewpoint copies)
  smbt_test(observe/${name} smbt_observe)
endforeach()
