//! Capitalised words that are usually no part of a name.

/// Words that begin sentences, months, places, organisations, products and titles of things.
pub(super) const WORDS: &str = "
A An The This That These Those There Their They Then Than Thus It Its He She We You Your Our My His Her I If In On At
As Of Off Or Nor And But By Be Been Is Are Was Were Do Does Did Done Has Have Had Having Can Could Will Would Shall
Should May Might Must Not No Yes So Such Some Any All Both Each Every Either Neither Many Much More Most Few Less Least
Other Another What When Where Which Who Whom Whose Why How For From To Into Onto Over Under Up Down Out About Above
Below After Before Again Against Along Among Around Because During Since Until While With Without Within Per Via Here
Now Today Tomorrow Yesterday Also Always Never Often Only Just Even Still Yet Already Once Twice Perhaps Maybe Please
Thanks Thank Hello Hi Hey Dear Regards Sincerely Best Kind Good Great New Old First Second Third Last Next Previous Same
However Therefore Moreover Furthermore Although Though Instead Otherwise Meanwhile Finally Currently Recently Usually
One Two Three Four Five Six Seven Eight Nine Ten Note Notes See Use Using Used Make Makes Take Get Gets Got Give Go Let
Lets Set Put Run Runs Add Adds Added Remove Check Click Open Close Save Delete Create Update Read Write Send Sent Call
Called Ask Tell Try Try Find Show Shows Return Returns Check Review Reviews Confirm Confirmed Contact Email Phone Name
January February March April June July August September October November December Monday Tuesday Wednesday Thursday
Friday Saturday Sunday Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun Spring Summer Autumn
Winter Christmas Easter North South East West Northern Southern Eastern Western Central Upper Lower Street Avenue Road
Lane Drive Boulevard Square Park Garden Gardens Bridge Station Airport Harbour Harbor Port Hotel Hospital Clinic School
College University Institute Academy Library Museum Theatre Theater Church Cathedral Castle Palace Tower Hall House
Building Centre Center Office Bank Company Corporation Corp Inc Ltd Limited LLC GmbH AG SA Group Holdings Partners
Foundation Association Society Union Council Committee Commission Department Ministry Agency Bureau Board Team Service
Services Support Sales Marketing Finance Engineering Operations Security Legal Human Resources Customer Customers Client
Clients User Users Manager Director President Minister Secretary Chairman Chief Officer Executive Engineer Developer
Administrator Admin Agent Assistant System Systems Network Cloud Data Database Server Servers Platform Software Hardware
Product Products Project Projects Program Programme Plan Plans Policy Policies Report Reports Review Release Version
Update Issue Issues Ticket Tickets Order Orders Invoice Invoices Payment Payments Account Accounts Contract Contracts
Agreement Request Requests Response Question Questions Answer Answers Problem Problems Solution Solutions Error Errors
Warning Test Tests Testing Case Cases Example Examples Chapter Section Article Part Page Pages Table Figure Appendix
Title Summary Introduction Conclusion Overview Background Details Steps Step Phase Day Days Week Weeks Month Months Year
Years Time Times Date Dates World International National Global Local Regional Federal State States United European
American British English French German Spanish Italian Portuguese Dutch Swedish Danish Norwegian Finnish Polish Czech
Russian Ukrainian Turkish Greek Arabic Hebrew Hindi Chinese Japanese Korean Vietnamese Indian African Asian Australian
Canadian Mexican Brazilian Irish Scottish Welsh Latin Roman Christian Muslim Jewish Europe Africa Asia Australia Canada
Mexico Brazil Argentina Chile Peru Colombia France Germany Spain Italy Portugal Netherlands Belgium Switzerland Austria
Sweden Norway Denmark Finland Poland Russia Ukraine Turkey Greece Israel Egypt Kenya Nigeria India China Japan Korea
Vietnam Thailand Indonesia Malaysia Singapore Philippines Ireland Scotland Wales England Britain America York Jersey
Hampshire Zealand London Paris Berlin Madrid Rome Vienna Amsterdam Brussels Zurich Geneva Munich Hamburg Frankfurt
Cologne Milan Lisbon Dublin Edinburgh Manchester Birmingham Oxford Cambridge Washington Boston Chicago Dallas Houston
Seattle Denver Miami Atlanta Phoenix Toronto Montreal Vancouver Sydney Melbourne Tokyo Kyoto Osaka Seoul Beijing Shanghai
Hong Kong Mumbai Delhi Bangalore Dubai Francisco Angeles Diego Antonio Vegas Orleans Saint San Santa Los Las El La Le
River Lake Mount Mountain Mountains Valley Island Islands Ocean Sea Bay Beach Coast Forest Desert City Town Village
County District Province Region Territory Kingdom Republic Empire Google Microsoft Apple Amazon Meta Facebook Twitter
Netflix Oracle IBM Intel Nvidia Samsung Sony Adobe Salesforce Slack Zoom Github Gitlab Docker Kubernetes Linux Windows
Android Ubuntu Debian Java Javascript Typescript Python Rust Ruby Swift Kotlin Scala Perl Postgres Postgresql Mysql
Redis Kafka Spark Hadoop React Angular Vue Django Flask Spring Boot Node Chrome Firefox Safari Edge Excel Word Outlook
Teams Sharepoint Azure Aws Gcp Openai Anthropic Claude Gemini Gpt Chatgpt Copilot Codex Llama Mistral Api Http Https Url
Json Xml Html Css Sql Csv Pdf Sse Tcp Udp Ssl Tls Ssh Vpn Dns Cpu Gpu Ram Ssd Usb Ok Id Ceo Cto Cfo Hr It Faq Eta Eur Usd
God Bible Earth Moon Mars Venus Jupiter Internet Web Online Digital Machine Learning Artificial Intelligence Model Models
Deep Neural Language Natural Processing Computer Science Business Economics History Mathematics Physics Chemistry Biology
Medicine Law Art Arts Music Film Book Books Press Media News Times Journal Magazine Award Awards Prize Cup League
Championship Olympic Olympics Games Festival Conference Summit Forum Meeting Workshop Event Events Act Bill Treaty
Convention Protocol Standard Standards Rule Rules Regulation Regulations Directive Amendment Constitution Court Supreme
Parliament Congress Senate House Party Democratic Republican Liberal Conservative Labour Green Blue Red Black White
Gold Golden Silver Royal Grand High Low Big Small Long Short Free Open Public Private General Special Main Major Minor
Senior Junior Joint Common Basic Advanced Premium Standard Express Total Average Net Gross Key Dataset Pipeline Dashboard
Settings Profile Home Help Terms Privacy Copyright License Apache Creative Commons Everyone Someone Nobody Anyone
Madam Sirs Colleagues Friends Folks Subject Re Fwd Cc Bcc Attn Ps Begin End True False Null None Default Monday's
Lovelace's Period Principle Effect Theorem Law Method Test Problem Paradox Equation Scale Disease Syndrome Curve Chain
Store Stores Shop Market Markets Street's Square's Cross Rail Rails Express Line Lines Class Field Fields Gate Tier
";
