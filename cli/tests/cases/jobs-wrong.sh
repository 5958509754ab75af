for jobs in 0 -1 257 two ''; do "$CHECK" -j "$jobs" x.pcap; echo $?; done
