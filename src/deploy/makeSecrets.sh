#!/bin/sh
# Makes the secrets that docker-compose.yml names, in the folder given (or ./secrets), from 32 random bytes each. What is there stays.
# The folder is its owner's alone; the files can be read by all, as containers run under other users.
set -eu
folder=${1:-secrets}
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

make() {
  [ -e "$folder/$1" ] && return
  printf '%s' "$2" >"$folder/$1"
  chmod 444 "$folder/$1"
}

for name in mysql_root_password mysql_migrate_password mysql_service_password jwt_secret_key redis_password; do
  make "$name" "$(random)"
done
make redis_url "redis://:$(cat "$folder/redis_password")@redis:6379"
make redis.conf "requirepass $(cat "$folder/redis_password")"
