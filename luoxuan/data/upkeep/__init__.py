"""The warehouse kept in order「仓库维护」: small files packed, leftovers removed, rows rebuilt."""
