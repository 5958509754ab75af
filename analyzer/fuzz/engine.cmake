smbt_fuzz(engine smbtrace)
