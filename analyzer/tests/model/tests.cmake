foreach(name pairing state)
  smbt_test(model/${name} smbt_model smbt_test_build)
endforeach()
