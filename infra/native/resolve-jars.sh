#!/bin/sh
# Prints the jars that Maven resolves for a program, with their sums, in sha256sum's format: `kafka` for Kafka's broker and
# its logging, `html-checker` for W3C's checker of HTML, `lucene` for Lucene's MoreLikeThis.
# Needs mvn; `make lock` keeps the results in NAME-jars.sha256, so that nobody else does.
set -eu

version() { sed -n "s/^$1 = \"\(.*\)\"/\1/p" "$(dirname "$0")/jars.py"; }

case ${1:-} in
kafka) wanted="org.apache.kafka:kafka_2.13:$(version KAFKA_VERSION)
org.apache.logging.log4j:log4j-slf4j-impl:2.24.3" ;; # the version that Kafka's own distribution brings
html-checker) wanted="nu.validator:validator:$(version CHECKER_VERSION)" ;;
lucene) wanted="org.apache.lucene:lucene-queries:$(version LUCENE_VERSION)
org.apache.lucene:lucene-analysis-common:$(version LUCENE_VERSION)" ;; # the last that runs on Java 17
*) echo "usage: resolve-jars.sh kafka|html-checker|lucene" >&2 && exit 2 ;;
esac

command -v mvn >/dev/null || { echo "mvn is needed to resolve jars anew" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

{
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>local</groupId><artifactId>jars</artifactId><version>1</version><dependencies>'
    echo "$wanted" | while IFS=: read -r group artifact version; do
        echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
} >"$folder/pom.xml"
mvn --quiet --batch-mode --file "$folder/pom.xml" "-Dmaven.repo.local=$folder/repository" dependency:list \
    -DincludeScope=runtime "-DoutputFile=$folder/list" >&2
# lines like "   org.lz4:lz4-java:jar:1.8.0:runtime"
sed -n 's/^ *\([^: ]*\):\([^:]*\):jar:\([^:]*\):\(compile\|runtime\).*/\1 \2 \3/p' "$folder/list" |
    while read -r group artifact version; do
        echo "$(echo "$group" | tr . /)/$artifact/$version/$artifact-$version.jar"
    done | LC_ALL=C sort | (cd "$folder/repository" && xargs sha256sum)
