foreach(name track hosts reset viewpoint)
  smbt_test(observe/${name} smbt_observe)
endforeach()
