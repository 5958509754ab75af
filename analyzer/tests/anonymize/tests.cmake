foreach(name key pseudonym frames)
  smbt_test(anonymize/${name} smbt_anonymize smbt_test_build)
endforeach()
