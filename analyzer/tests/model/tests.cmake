foreach(name pairing pending server state zero_vc zero_vc_window)
  smbt_test(model/${name} smbt_model smbt_test_build)
endforeach()
