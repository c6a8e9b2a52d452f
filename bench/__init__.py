"""House against peer: how fast the workshop is, next to Node's socket.io with SQLite doing the same
work in the same run.

    make bench                    every row five times, house and peer in turn; writes docs/performance.md and .json
    make bench TIMES=1            once, for a quicker look
    make bench ARGS="41 300"      only these sessions (`--list` names them); prints, and writes nothing into docs

`load.c` is the room full of phones, `peer/` the peer, `slow_disk.c` a disk on which a commit takes longer; `servers`
starts what is measured, `crowd` drives the phones, `files` fetches downloads, `sessions` says what they do, `rows` what
is asked of the figures, `report` prints them. It needs gcc, Node and npm, and the network the first time: what it
builds stays in `bench/build`, which git ignores, and what it installs in a folder of its own in the user's cache.
Nothing in `workshop` knows of it, and it knows of the workshop only what docs/protocol.md says.
"""
