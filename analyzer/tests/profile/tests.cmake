smbt_test(profile/profile smbt_profile)
