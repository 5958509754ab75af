foreach(name zero_vc_find judge rule_zero_vc belief last_words signing forced_logoff measure silence timer_rules path_rules)
  smbt_test(verdict/${name} smbt_verdict smbt_test_build)
endforeach()
