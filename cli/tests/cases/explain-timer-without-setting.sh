"$CHECK" --explain authentication-expiry
