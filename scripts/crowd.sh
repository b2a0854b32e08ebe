#!/bin/sh
# An organization file with very many people for the demo organization, to try long lists:
#
#   ./scripts/crowd.sh 100000 > crowd.yaml && ambit apply crowd.yaml
#
# A hundred thousand take some twenty seconds. The same number gives the same file. Every fifth person holds no role, every fiftieth is suspended, and every hundredth
# is in one of a hundred groups.
set -eu

exec awk -v people="${1:-100000}" '
BEGIN {
    firsts = split("Ada Ben Chen Dora Emil Femi Greta Hugo Ines Jonas Kira Luis Maya Nils Olga Pavel Quinn Rosa Sven Tara Umut Vera Wim Xenia Yara Zeno", first, " ")
    lasts = split("Abel Brandt Castro Dietz Eze Fischer Garcia Huber Ito Jansen Kaya Lange Moreau Novak Okafor Petrov Quist Rossi Silva Tanaka Ueda Vogel Weber Xu Yilmaz Zimmer", last, " ")
    split("shop-eu shop-us", shop, " ")
    groups = people < 10000 ? 1 : 100

    print "organization: brightwater"
    print "users:"
    for (i = 1; i <= people; i++) {
        one = first[i % firsts + 1]
        other = last[int(i / firsts) % lasts + 1]
        status = i % 50 == 0 ? ", status: suspended" : ""
        printf "  - { id: p%06d, name: \"%s %s\", email: \"%s.%s.%d@crowd.example\"%s }\n", i, one, other, tolower(one), tolower(other), i, status
    }

    print "groups:"
    for (g = 1; g <= groups; g++) {
        printf "  - { id: crowd-%03d, title: \"Crowd %d\", members: [", g, g
        separator = ""
        for (i = 100 * g; i <= people; i += 100 * groups) {
            printf "%s\"user:p%06d\"", separator, i
            separator = ", "
        }
        print "] }"
    }

    print "assignments:"
    for (i = 1; i <= people; i++) {
        if (i % 5 == 0) continue
        printf "  - { subject: \"user:p%06d\", role: commerce/ISC_User, scope: \"instance:%s\" }\n", i, shop[i % 2 + 1]
    }
}'
