smbt_fuzz(wire smbt_wire)
