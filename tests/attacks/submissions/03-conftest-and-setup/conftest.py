open('/tmp/pwned', 'w')
