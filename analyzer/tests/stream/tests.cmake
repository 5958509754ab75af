foreach(name seq framer framer_loss framer_parts half half_holes flow)
  smbt_test(stream/${name} smbt_stream)
endforeach()
