smbt_test(verdict/topic smbt_verdict)
