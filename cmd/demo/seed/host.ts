/** The account that `npm start` makes. The domain is reserved: a mail to it can't reach anybody. */
export const demoHost = { name: 'Maren Holt', email: 'maren@tidings.example' }
