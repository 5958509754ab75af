foreach(name zero_vc_find judge)
  smbt_test(verdict/${name} smbt_verdict smbt_test_build)
endforeach()
