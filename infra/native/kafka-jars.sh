#!/bin/sh
# Prints the jars that Maven resolves for Kafka's broker and its logging, with their sums, in sha256sum's format.
# Needs mvn; `make lock` keeps the result in kafka-jars.sha256, so that nobody else does.
set -eu

kafka=$(sed -n 's/^KAFKA_VERSION = "\(.*\)"/\1/p' "$(dirname "$0")/jars.py")
log4j=2.24.3 # what Kafka's own distribution brings

command -v mvn >/dev/null || { echo "mvn is needed to resolve Kafka's jars anew" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat >"$folder/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>$log4j</version>
    </dependency>
  </dependencies>
</project>
POM
mvn --quiet --batch-mode --file "$folder/pom.xml" "-Dmaven.repo.local=$folder/repository" dependency:list \
    -DincludeScope=runtime "-DoutputFile=$folder/list" >&2
# lines like "   org.lz4:lz4-java:jar:1.8.0:runtime"
sed -n 's/^ *\([^: ]*\):\([^:]*\):jar:\([^:]*\):\(compile\|runtime\).*/\1 \2 \3/p' "$folder/list" |
    while read -r group artifact version; do
        echo "$(echo "$group" | tr . /)/$artifact/$version/$artifact-$version.jar"
    done | LC_ALL=C sort | (cd "$folder/repository" && xargs sha256sum)
