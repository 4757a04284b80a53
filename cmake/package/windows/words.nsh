; What the installer says, in the languages of the program.
!macro WORDS name english german arabic
    LangString ${name} ${LANG_ENGLISH} "${english}"
    LangString ${name} ${LANG_GERMAN} "${german}"
    LangString ${name} ${LANG_ARABIC} "${arabic}"
!macroend

!insertmacro WORDS WELCOME_TITLE "Confab ${VERSION}" "Confab ${VERSION}" "Confab ${VERSION}"
!insertmacro WORDS WELCOME \
    "Confab is a chat for people on one network: talk in rooms, send files of any size, see pictures and hear sounds where they were sent. No account, and nothing leaves the network.$\r$\n$\r$\nIt is put on this computer in a few moments." \
    "Confab ist ein Chat für Menschen in einem Netzwerk: in Räumen reden, Dateien jeder Größe senden, Bilder sehen und Töne hören, wo sie gesendet wurden. Ohne Konto, und nichts verlässt das Netzwerk.$\r$\n$\r$\nEs ist in wenigen Augenblicken auf diesem Computer." \
    "‏Confab دردشة للموجودين على شبكة واحدة: تحدّث في الغرف، وأرسل ملفات بأي حجم، وشاهد الصور واسمع الأصوات حيث أُرسلت. بلا حساب، ولا شيء يغادر الشبكة.$\r$\n$\r$\nسيكون على هذا الحاسوب خلال لحظات."
!insertmacro WORDS REPLACES \
    "Version $OldVersion is here already and is replaced. Settings, messages and files stay." \
    "Version $OldVersion ist schon da und wird ersetzt. Einstellungen, Nachrichten und Dateien bleiben." \
    "الإصدار $OldVersion موجود بالفعل وسيُستبدل. تبقى الإعدادات والرسائل والملفات."

!insertmacro WORDS FOLDER_TAKEN \
    "Something else is in this folder already. Confab gets a folder of its own in it:$\r$\n$\r$\n$INSTDIR" \
    "In diesem Ordner ist schon etwas anderes. Confab bekommt darin einen eigenen:$\r$\n$\r$\n$INSTDIR" \
    "في هذا المجلد أشياء أخرى بالفعل. سيوضع Confab في مجلد خاص به داخله:$\r$\n$\r$\n$INSTDIR"

!insertmacro WORDS OPTIONS_TITLE "What you would like" "Was du möchtest" "ما الذي تريده"
!insertmacro WORDS OPTIONS_SUBTITLE \
    "Neither is needed to chat with others." \
    "Nichts davon ist nötig, um mit anderen zu reden." \
    "لا يلزم أي منهما للدردشة مع الآخرين."
!insertmacro WORDS OPTIONS_DESKTOP \
    "Put an icon of &Confab on the desktop" \
    "Ein Symbol von &Confab auf den Desktop legen" \
    "ضع أيقونة Confab على سطح المكتب"
!insertmacro WORDS OPTIONS_FIREWALL \
    "&Let others on this network into chats that are started on this computer" \
    "&Andere in diesem Netzwerk in Chats lassen, die auf diesem Computer beginnen" \
    "اسمح للآخرين على هذه الشبكة بدخول الدردشات التي تبدأ على هذا الحاسوب"
!insertmacro WORDS OPTIONS_FIREWALL_WORDS \
    "The Windows firewall keeps other computers out until it is told otherwise. This adds two rules to it, for confab.exe and confab-server.exe: computers of the same network may connect to them. That holds for private networks and those of a company; not for public ones, and never for the internet. Uninstalling removes both rules.$\r$\n$\r$\nWithout it you can enter any chat, and Windows asks when you first start one yourself." \
    "Die Windows-Firewall lässt andere Computer nicht herein, bis man es ihr sagt. Hiermit bekommt sie zwei Regeln, für confab.exe und confab-server.exe: Computer desselben Netzwerks dürfen sich mit ihnen verbinden. Das gilt in privaten Netzwerken und denen einer Firma; nicht in öffentlichen und nie für das Internet. Beim Deinstallieren werden beide Regeln entfernt.$\r$\n$\r$\nOhne sie kommst du in jeden Chat, und Windows fragt, wenn du zum ersten Mal selbst einen beginnst." \
    "يمنع جدار حماية Windows الحواسيب الأخرى من الدخول إلى أن يُطلب منه غير ذلك. يضيف هذا الخيار قاعدتين إليه، للبرنامجين confab.exe و confab-server.exe: يُسمح لحواسيب الشبكة نفسها بالاتصال بهما. يسري ذلك على الشبكات الخاصة وشبكات الشركات، لا على الشبكات العامة، ولا على الإنترنت أبدًا. تُزال القاعدتان عند إلغاء التثبيت.$\r$\n$\r$\nمن دون ذلك يمكنك دخول أي دردشة، ويسألك Windows عندما تبدأ دردشة بنفسك أول مرة."
!insertmacro WORDS OPTIONS_FIREWALL_NOT \
    "The Windows firewall lets only an administrator do this. You can enter any chat without it; Windows asks when you first start one yourself." \
    "Das erlaubt die Windows-Firewall nur einem Administrator. Ohne es kommst du in jeden Chat; Windows fragt, wenn du zum ersten Mal selbst einen beginnst." \
    "لا يسمح جدار حماية Windows بهذا إلا للمسؤول. يمكنك دخول أي دردشة من دونه؛ ويسألك Windows عندما تبدأ دردشة بنفسك أول مرة."

!insertmacro WORDS RUNNING \
    "Confab is running. It is closed before its files are changed; what you have half written is kept." \
    "Confab läuft. Es wird geschlossen, bevor seine Dateien geändert werden; halb Geschriebenes bleibt erhalten." \
    "‏Confab قيد التشغيل. سيُغلق قبل تغيير ملفاته؛ ويُحفظ ما لم تُكمل كتابته."
!insertmacro WORDS STILL_RUNNING \
    "$Running is still running, and its files cannot be changed while it does. Close it, then try again." \
    "$Running läuft noch, und solange können seine Dateien nicht geändert werden. Beende es und versuche es noch einmal." \
    "ما زال $Running قيد التشغيل، ولا يمكن تغيير ملفاته حتى يُغلق. أغلقه ثم حاول مرة أخرى."
!insertmacro WORDS REMOVING_OLD \
    "The older version is removed" "Die ältere Version wird entfernt" "تُزال النسخة القديمة"
!insertmacro WORDS ASKING_FIREWALL \
    "The firewall gets its rules" "Die Firewall bekommt ihre Regeln" "تُضاف القواعد إلى جدار الحماية"
!insertmacro WORDS FIREWALL_FAILED \
    "Confab is installed, but the Windows firewall did not take the rules. Another program may look after the firewall of this computer: allow confab.exe there." \
    "Confab ist installiert, aber die Windows-Firewall hat die Regeln nicht angenommen. Vielleicht kümmert sich ein anderes Programm um die Firewall dieses Computers: erlaube confab.exe dort." \
    "ثُبِّت Confab، لكن جدار حماية Windows لم يقبل القاعدتين. قد يدير برنامج آخر جدار حماية هذا الحاسوب: اسمح للبرنامج confab.exe هناك."

!insertmacro WORDS LINK_TERMINAL "Confab in the terminal" "Confab im Terminal" "‏Confab في الطرفية"
!insertmacro WORDS LINK_SERVER "Confab server" "Confab-Server" "خادم Confab"
!insertmacro WORDS FINISH_TITLE "Confab is ready" "Confab ist bereit" "‏Confab جاهز"
!insertmacro WORDS FINISH \
    "You find it in the Start menu. Links that begin with confab:// open it too." \
    "Du findest es im Startmenü. Auch Links, die mit confab:// beginnen, öffnen es." \
    "تجده في قائمة ابدأ. وتفتحه أيضًا الروابط التي تبدأ بـ confab://."
!insertmacro WORDS FINISH_RUN "&Start Confab" "Confab &starten" "شغّل Confab"
!insertmacro WORDS UNINSTALL \
    "Confab is removed from this computer. Your settings, messages and the files you received stay where they are." \
    "Confab wird von diesem Computer entfernt. Deine Einstellungen, Nachrichten und erhaltenen Dateien bleiben, wo sie sind." \
    "سيُزال Confab من هذا الحاسوب. تبقى إعداداتك ورسائلك والملفات التي تلقيتها في مكانها."
