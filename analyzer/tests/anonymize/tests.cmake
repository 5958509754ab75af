foreach(name key pseudonym frames blank streams)
  smbt_test(anonymize/${name} smbt_anonymize smbt_test_build)
endforeach()
