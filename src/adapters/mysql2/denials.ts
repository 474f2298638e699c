/** Why MySQL does not let this account in, as an operator is told, by the server's code. */
export const denials: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: "MySQL does not let us in: MYSQL_USER or MYSQL_PASSWORD is wrong",
  ER_DBACCESS_DENIED_ERROR:
    "the account MYSQL_USER may not use the database MYSQL_DATABASE: npm run migrate, with one that may, prints the rights it needs",
  ER_BAD_DB_ERROR: "the database MYSQL_DATABASE does not exist",
  ER_HOST_NOT_PRIVILEGED: "MySQL does not let this host in"
}
