import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { EntrancePage } from '../../lib/entrance-page.tsx';

export interface MailedScreenProps {
  email: string;
  about: string;
  /** How to have it sent once more. */
  again: ReactNode;
}

/** Says that a mail is on its way: the same for every address, known here or not. */
export function MailedScreen({ email, about, again }: MailedScreenProps) {
  return (
    <EntrancePage
      title="Look into your mail"
      about={
        <>
          We have sent a mail to <strong>{email}</strong>. {about}
        </>
      }
      foot={
        <>
          {again}
          <Link to="/portal/login">Go to sign-in</Link>
        </>
      }
    >
      <p>Nothing there after a minute? Look among the spam, and check that the address is right.</p>
    </EntrancePage>
  );
}
