; The keys Karcis keeps in the Credential Manager, one for each of this user's books.

!define CREDENTIAL_END ".karcis"

; Forgets every credential of Karcis.
Function un.ForgetKeys
  System::Call 'advapi32::CredEnumerateW(p 0, i 0, *i .r1, *p .r2) i .r0'
  ${If} $0 = 0
    Return
  ${EndIf}
  StrCpy $3 0
  ${DoWhile} $3 < $1
    IntOp $4 $3 * 8
    System::Call '*$2(&v$4, p .r5)'
    ; Of a CREDENTIALW: flags, type, name.
    System::Call '*$5(i, i .r6, w .r7)'
    StrCpy $8 $7 "" -7
    ${If} $8 == "${CREDENTIAL_END}"
      System::Call 'advapi32::CredDeleteW(w r7, i r6, i 0) i .r9'
    ${EndIf}
    IntOp $3 $3 + 1
  ${Loop}
  System::Call 'advapi32::CredFree(p r2)'
FunctionEnd
