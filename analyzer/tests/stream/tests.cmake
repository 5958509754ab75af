foreach(name seq framer)
  smbt_test(stream/${name} smbt_stream)
endforeach()
