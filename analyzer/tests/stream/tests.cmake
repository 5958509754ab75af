foreach(name seq framer half flow)
  smbt_test(stream/${name} smbt_stream)
endforeach()
