foreach(name track hosts viewpoint)
  smbt_test(observe/${name} smbt_observe)
endforeach()
