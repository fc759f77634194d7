/** Two dozen guests in every state: a household with one address, a guest with a phone only, and parties of several. */
export const demoGuestsCsv = `name,email,phone,rsvp_status,party_size,tags,household
Ada Brandt,ada.brandt@example.com,,attending,2,family,
Jonas Weiß,jonas.weiss@example.com,,attending,1,friends,
Priya Natarajan,priya.n@example.org,,attending,3,neighbours,
Mateo Álvarez,mateo@example.net,,attending,2,friends,
Ingrid Solheim,ingrid.solheim@example.com,,attending,1,choir,
Kofi Mensah,kofi.mensah@example.org,,attending,2,neighbours,
Saoirse Byrne,saoirse@example.net,,attending,1,choir,
Hiroshi Tanaka,h.tanaka@example.com,,attending,1,friends,
Élodie Marchand,elodie.marchand@example.org,,attending,4,family,
Tom Okafor,tom.okafor@example.com,,attending,1,friends;helpers,
Lena Fischer,fischer.family@example.com,,maybe,2,family,Fischer
Max Fischer,fischer.family@example.com,,maybe,1,family,Fischer
Noor Haddad,noor.haddad@example.net,,maybe,1,neighbours,
Oskar Lindqvist,oskar@example.org,,maybe,2,choir,
Amina Yusuf,amina.yusuf@example.com,,maybe,1,friends,
Giulia Romano,giulia.romano@example.net,,pending,1,choir,
Ben Carter,ben.carter@example.com,,pending,1,friends,
Chloé Dubois,chloe@example.org,,pending,2,neighbours,
Rafael Souza,rafael.souza@example.com,,pending,1,friends,
Mei-Ling Chen,mei.ling@example.net,,pending,1,choir,
Duncan McLeod,,+1 212 555 0142,pending,1,neighbours,
Fatima Zahra,fatima.zahra@example.org,,pending,2,family,
Viktor Petrov,viktor.petrov@example.com,,declined,1,friends,
Hannah Goldberg,hannah.g@example.net,,declined,1,choir,
`
