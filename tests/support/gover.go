// gover checks checkpoints and proofs with the Go project's own code of its transparency log, sumdb.
//
//	gover note  VKEY NOTE               a signed note
//	gover entry VKEY PROOF ENTRY        a tlog-proof of one entry
//	gover grew  VKEY OLDER NEWER PROOF  two checkpoints, and the proof that the one grew into the other
//
// Further vkeys, of witnesses, may follow; each of them must have signed. It fails with status 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// witness verifies the cosignatures (c2sp.org/tlog-cosignature) that sumdb/note does not know.
type witness struct {
	name string
	key  ed25519.PublicKey
}

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n\x04"), w.key...))
	return binary.BigEndian.Uint32(sum[:4])
}

func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig[:8]))
	return ed25519.Verify(w.key, append([]byte(head), msg...), sig[8:])
}

func verifier(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) == 3 {
		if key, err := base64.StdEncoding.DecodeString(parts[2]); err == nil && len(key) == 33 && key[0] == 4 {
			return witness{parts[0], key[1:]}
		}
	}
	found, err := note.NewVerifier(vkey)
	must(err)
	return found
}

func opened(msg []byte, vkeys ...string) string {
	var known []note.Verifier
	for _, vkey := range vkeys {
		known = append(known, verifier(vkey))
	}
	read, err := note.Open(msg, note.VerifierList(known...))
	must(err)
	if len(read.Sigs) != len(known) {
		must(fmt.Errorf("%d of %d keys signed", len(read.Sigs), len(known)))
	}
	return read.Text
}

func tree(text string) tlog.Tree {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		must(fmt.Errorf("not a checkpoint"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

func hashes(lines []string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		must(err)
		found = append(found, hash)
	}
	return found
}

func file(path string) []byte {
	read, err := os.ReadFile(path)
	must(err)
	return read
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	switch os.Args[1] {
	case "note":
		fmt.Print(opened(file(os.Args[3]), append(os.Args[4:], os.Args[2])...))
	case "entry":
		head, checkpoint, _ := bytes.Cut(file(os.Args[3]), []byte("\n\n"))
		lines := strings.Split(string(head), "\n")
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		must(err)
		log := tree(opened(checkpoint, append(os.Args[5:], os.Args[2])...))
		entry := tlog.RecordHash(file(os.Args[4]))
		must(tlog.CheckRecord(hashes(lines[2:]), log.N, log.Hash, index, entry))
	case "grew":
		older, newer := tree(opened(file(os.Args[3]), os.Args[2])), tree(opened(file(os.Args[4]), os.Args[2]))
		proof := hashes(strings.Fields(string(file(os.Args[5]))))
		must(tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash))
	default:
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, "ok")
}
