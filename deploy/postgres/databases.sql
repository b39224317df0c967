-- Run once by the postgres image, beside the database `careledger` that it makes itself. The vault lives apart.
CREATE DATABASE careledger_vault;
