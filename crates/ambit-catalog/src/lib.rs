//! Catalogs and organization files: parse, diagnose, validate as a whole.
