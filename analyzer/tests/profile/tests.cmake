smbt_test(profile/profile smbt_profile)
smbt_test(profile/profile_file smbt_profile)
smbt_test(profile/timer smbt_profile)
