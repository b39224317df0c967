"""`python -m deploy.local.lock_jars`: resolve Apache Kafka's dependencies anew and write `kafka-jars.txt`."""

import hashlib
import pathlib
import tempfile

from jgo.maven import Dependency, MavenContext

from deploy.local import jars

WANTED = (("org.apache.kafka", "kafka_2.13", jars.VERSION), ("org.slf4j", "slf4j-simple", "1.7.36"))
HEAD = f"""\
# org.apache.kafka:kafka_2.13:{jars.VERSION} with everything it needs, and slf4j-simple to see its log.
# group:artifact:version  SHA-256; written by `python -m deploy.local.lock_jars`.
"""


def main() -> None:
    """Resolve, download, write."""
    with tempfile.TemporaryDirectory() as scratch:
        context = MavenContext(repo_cache=pathlib.Path(scratch), timeout=30)
        roots = [
            Dependency(context.project(group, name).at_version(version).artifact()) for group, name, version in WANTED
        ]
        _, resolved = context.resolver.resolve(roots)
        found = {each.artifact.filename: each.artifact for each in (*roots, *resolved) if each.scope != "test"}
        lines = sorted(
            f"{a.groupId}:{a.artifactId}:{a.version}  {hashlib.sha256(a.resolve().read_bytes()).hexdigest()}\n"
            for a in found.values()
        )
    jars.LOCK.write_text(HEAD + "".join(lines))


if __name__ == "__main__":
    main()
