# A ticket made with --anonymize: small, none of the capture's names, addresses, or the file's own name in it, same verdicts.
lab a1_nat_zero_vc customer-x.pcap
"$CHECK" -q --anonymize --ticket t.zip --annotate a.pcapng customer-x.pcap; echo $?
[ "$(wc -c <t.zip)" -lt 204800 ] && echo small
python3 - <<'END'
import zipfile
z = zipfile.ZipFile("t.zip")
parts = {n: z.read(n) for n in z.namelist()}
parts["a.pcapng"] = open("a.pcapng", "rb").read()
print(" ".join(sorted(parts)))
names = ["customer-x", "alice", "bob", "ACCT-PC01", "FRONTDESK", "10.50.0.2", "10.50.0.10", "big.bin", "small.txt"]
for name, part in parts.items():
    for word in names:
        for form in (word.encode(), word.encode("utf-16le"), word.upper().encode("utf-16le")):
            if form in part: print("leak of", word, "in", name)
    for address in (b"\x0a\x32\x00\x02", b"\x0a\x32\x00\x0a"):
        if address in part: print("leak of an address in", name)
z.extract("evidence.pcapng")
END
for capture in customer-x.pcap a.pcapng evidence.pcapng; do "$CHECK" -f ndjson $capture | findings; done
