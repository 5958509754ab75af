smbt_test(base/cursor smbt_base)
smbt_test(base/time smbt_base)
smbt_test(base/addr smbt_base)
smbt_test(base/place smbt_base)
