; Every sentence of the set-up, Indonesian first.

!macro Text KEY ID EN
  LangString ${KEY} ${LANG_INDONESIAN} "${ID}"
  LangString ${KEY} ${LANG_ENGLISH} "${EN}"
!macroend

!insertmacro Text CAPTION \
  "Pemasangan ${NAME} ${VERSION}" \
  "${NAME} ${VERSION} Setup"
!insertmacro Text UNCAPTION \
  "Penghapusan ${NAME}" \
  "Uninstall ${NAME}"
!insertmacro Text ABORT_TEXT \
  "Batalkan pemasangan ${NAME}?" \
  "Cancel the installation of ${NAME}?"
!insertmacro Text LICENCE_TITLE \
  "${NAME} adalah perangkat lunak bebas" \
  "${NAME} is free software"
!insertmacro Text LICENCE_SUBTITLE \
  "Versi ${VERSION}, lisensi AGPL versi 3" \
  "Version ${VERSION}, under the AGPL, version 3"
!insertmacro Text LICENCE_TOP \
  "Hak Anda, dan di mana kode sumbernya:" \
  "Your rights, and where the source code is:"
!insertmacro Text LICENCE_BOTTOM \
  "Untuk memakai ${NAME}, lisensi ini tidak perlu disetujui. Lisensi ini berlaku bila Anda menyalin atau mengubahnya." \
  "You need not accept this licence to use ${NAME}. It applies when you copy or change it."
!insertmacro Text FOLDER_TITLE \
  "Tempat pemasangan" \
  "Where to install"
!insertmacro Text FOLDER_SUBTITLE \
  "Hanya untuk pengguna Windows ini; tidak perlu administrator" \
  "For this Windows user only; no administrator is needed"
!insertmacro Text FOLDER_TOP \
  "Program ${NAME} dipasang di folder ini. Pembukuan Anda disimpan terpisah, di ${DATA}." \
  "The program is installed into this folder. Your books are kept apart from it, in ${DATA}."
!insertmacro Text FOLDER_BOX \
  "Folder program" \
  "Program folder"
!insertmacro Text WORK_TITLE \
  "Memasang" \
  "Installing"
!insertmacro Text UNWORK_TITLE \
  "Menghapus" \
  "Uninstalling"
!insertmacro Text WORK_SUBTITLE \
  "Mohon tunggu sebentar." \
  "Please wait a moment."
!insertmacro Text WORK_DONE \
  "Selesai" \
  "Done"
!insertmacro Text WORK_DONE_SUB \
  "${NAME} ${VERSION} sudah terpasang." \
  "${NAME} ${VERSION} is installed."
!insertmacro Text UNWORK_DONE \
  "Selesai" \
  "Done"
!insertmacro Text UNWORK_DONE_SUB \
  "${NAME} sudah dihapus dari komputer ini." \
  "${NAME} has been removed from this PC."
!insertmacro Text WORK_FAILED \
  "Tidak selesai" \
  "Not finished"
!insertmacro Text WORK_FAILED_SUB \
  "Pembukuan Anda tidak disentuh." \
  "Your books were not touched."
!insertmacro Text FINISH_TITLE \
  "${NAME} siap dipakai" \
  "${NAME} is ready"
!insertmacro Text FINISH_TEXT \
  "${NAME} ${VERSION} sudah terpasang. Ikonnya ada di menu Start." \
  "${NAME} ${VERSION} is installed. You will find it in the Start menu."
!insertmacro Text FINISH_RUN \
  "&Buka ${NAME} sekarang" \
  "&Open ${NAME} now"
!insertmacro Text FINISH_AUTOSTART \
  "Buka &otomatis saat Windows menyala" \
  "Start together with &Windows"
!insertmacro Text TWICE \
  "Pemasangan ${NAME} yang lain masih berjalan." \
  "Another set-up of ${NAME} is still running."
!insertmacro Text OLD_WINDOWS \
  "${NAME} memerlukan Windows 10 atau yang lebih baru (64 bit)." \
  "${NAME} needs Windows 10 or newer (64 bits)."
!insertmacro Text NEWER \
  "Di komputer ini sudah terpasang ${NAME} $Earlier, yang lebih baru daripada ${VERSION}. Tidak ada yang diubah." \
  "${NAME} $Earlier is installed on this PC, which is newer than ${VERSION}. Nothing was changed."
!insertmacro Text NEWER_ASK \
  "Di komputer ini sudah terpasang ${NAME} $Earlier, yang lebih baru daripada ${VERSION}.$\r$\n$\r$\nPembukuan yang pernah dibuka oleh versi baru mungkin tidak bisa dibuka oleh versi lama. Tetap pasang versi lama?" \
  "${NAME} $Earlier is installed on this PC, which is newer than ${VERSION}.$\r$\n$\r$\nBooks that the newer version has opened may refuse to open with the older one. Install the older version all the same?"
!insertmacro Text ENDING \
  "Menutup ${NAME} yang sedang berjalan" \
  "Closing the running ${NAME}"
!insertmacro Text STILL_RUNNING \
  "${NAME} masih berjalan ($Result). Selesaikan pekerjaan Anda, lalu pilih Keluar di ikon ${NAME} dekat jam, dan coba lagi." \
  "${NAME} is still running ($Result). Finish what you are doing, choose Quit at the icon of ${NAME} near the clock, and try again."
!insertmacro Text STILL_RUNNING_SHORT \
  "${NAME} masih berjalan. Tidak ada yang diubah." \
  "${NAME} is still running. Nothing was changed."
!insertmacro Text UNWRITABLE \
  "Folder $INSTDIR tidak bisa ditulisi, atau disk penuh. Versi yang sudah terpasang tetap seperti semula." \
  "$INSTDIR cannot be written to, or the disk is full. The version that was installed is as it was."
!insertmacro Text WEBVIEW_FETCHING \
  "Mengunduh WebView2 dari Microsoft" \
  "Fetching WebView2 from Microsoft"
!insertmacro Text WEBVIEW_INSTALLING \
  "Memasang WebView2" \
  "Installing WebView2"
!insertmacro Text WEBVIEW_MISSING \
  "${NAME} sudah terpasang, tetapi WebView2 buatan Microsoft, yang menampilkan jendelanya, belum ada dan tidak bisa dipasang sekarang.$\r$\n$\r$\nSambungkan internet lalu jalankan pemasangan ini sekali lagi, atau ambil dari https://developer.microsoft.com/microsoft-edge/webview2/" \
  "${NAME} is installed, but Microsoft's WebView2, which draws its window, is missing and could not be installed now.$\r$\n$\r$\nConnect to the internet and run this set-up once more, or get it from https://developer.microsoft.com/microsoft-edge/webview2/"
!insertmacro Text DATA_TITLE \
  "Pembukuan Anda" \
  "Your books"
!insertmacro Text DATA_SUBTITLE \
  "Program dihapus. Bagaimana dengan datanya?" \
  "The program is removed. What about its data?"
!insertmacro Text DATA_TEXT \
  "Voucher, penjualan, uang, dan pengaturan toko disimpan di folder ini. Bila ${NAME} dipasang lagi, semuanya masih ada." \
  "Vouchers, sales, money and settings of the shop are kept in this folder. If ${NAME} is installed again, all of it is still there."
!insertmacro Text DATA_KEEP \
  "&Simpan data (disarankan)" \
  "&Keep the data (recommended)"
!insertmacro Text DATA_DELETE \
  "Hapus &data untuk selamanya" \
  "&Delete the data for ever"
!insertmacro Text DATA_DELETE_TEXT \
  "Kunci rahasianya ikut terhapus. Cadangan yang Anda simpan di tempat lain tidak disentuh." \
  "Its secret key goes with it. Backups you keep elsewhere are not touched."
!insertmacro Text DATA_SURE \
  "Semua penjualan, uang, dan voucher di komputer ini akan hilang dan tidak bisa dikembalikan.$\r$\n$\r$\nBenar-benar hapus?" \
  "All sales, money and vouchers on this PC will be gone and cannot be brought back.$\r$\n$\r$\nReally delete them?"
!insertmacro Text DATA_IN_USE \
  "Data di ${DATA} sedang dipakai dan tidak dihapus. Tutup program yang memakainya, lalu coba lagi." \
  "The data in ${DATA} is in use and was not deleted. Close the program that uses it, and try again."
