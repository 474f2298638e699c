# Sourced by the entry point of the MySQL image: `migrate` may make the ledger, `service` may call procedures and nothing else.
migrate_password=$(cat /run/secrets/mysql_migrate_password)
service_password=$(cat /run/secrets/mysql_service_password)

docker_process_sql <<SQL
CREATE USER 'migrate'@'%' IDENTIFIED BY '$migrate_password';
GRANT CREATE, ALTER, INDEX, CREATE ROUTINE, EXECUTE, SELECT, INSERT, UPDATE, DELETE ON users.* TO 'migrate'@'%';
CREATE USER 'service'@'%' IDENTIFIED BY '$service_password';
GRANT EXECUTE ON users.* TO 'service'@'%';
SQL
