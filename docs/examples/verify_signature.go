// Verifies the signature of a message from Mendflow: go run verify_signature.go SECRET "HEADER" < body.json
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"regexp"
	"strconv"
	"time"
)

var header = regexp.MustCompile(`^t=(\d{1,12}),v1=([0-9a-f]{64})$`)

// IsFromMendflow is true when the body is Mendflow's and not older than five minutes. The body is as it came, not parsed.
func IsFromMendflow(secret, value string, body []byte, now time.Time) bool {
	found := header.FindStringSubmatch(value)
	if found == nil {
		return false
	}
	seconds, _ := strconv.ParseInt(found[1], 10, 64)
	if now.Sub(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(found[1] + "."))
	mac.Write(body)
	signature, _ := hex.DecodeString(found[2])
	return hmac.Equal(mac.Sum(nil), signature)
}

func main() {
	body, err := io.ReadAll(os.Stdin)
	if err != nil || !IsFromMendflow(os.Args[1], os.Args[2], body, time.Now()) {
		os.Exit(1)
	}
}
