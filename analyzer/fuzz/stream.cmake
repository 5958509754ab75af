smbt_fuzz(stream smbt_stream)
