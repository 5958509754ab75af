foreach(name track viewpoint)
  smbt_test(observe/${name} smbt_observe)
endforeach()
