foreach(name text fingerprint nbss smb1_header andx ntlmssp negotiate session_setup tree open open_transaction search locking file transaction
  smb2)
  smbt_test(smb/${name} smbt_smb smbt_test_build)
endforeach()
