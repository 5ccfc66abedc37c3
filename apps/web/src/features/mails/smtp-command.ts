/** Without the address, which holds a password: the command asks for it. */
export const smtpCommand = 'apigate settings set mail.smtp_url';
