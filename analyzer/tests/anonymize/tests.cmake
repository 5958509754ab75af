foreach(name key pseudonym frames blank)
  smbt_test(anonymize/${name} smbt_anonymize smbt_test_build)
endforeach()
