foreach(name pairing state zero_vc)
  smbt_test(model/${name} smbt_model smbt_test_build)
endforeach()
