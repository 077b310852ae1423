//! Family names.

/// Common family names of many languages, those that are common English words left out.
pub(super) const NAMES: &str = "
Smith Johnson Williams Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas
Taylor Moore Jackson Martin Lee Perez Thompson Harris Sanchez Clark Ramirez Lewis Robinson Allen Wright
Scott Torres Nguyen Hill Flores Adams Nelson Baker Hall Rivera Campbell Mitchell Roberts Gomez Phillips Evans
Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper
Peterson Bailey Reed Kelly Howard Ramos Kim Cox Richardson Watson Brooks Chavez Bennett Gray Mendoza Ruiz Hughes
Alvarez Castillo Sanders Patel Myers Ross Foster Jimenez Powell Jenkins Perry Sullivan Coleman Butler Henderson Barnes
Gonzales Fisher Vasquez Simmons Graham Murray Freeman Wells Webb Simpson Stevens Tucker Porter Hicks Crawford
Boyd Mason Kennedy Warren Dixon Ramos Burns Gordon Shaw Holmes Robertson Hunt Daniels Palmer Mills Nichols Ferguson
Hawkins Dunn Perkins Hudson Spencer Gardner Stephens Payne Pierce Berry Matthews Arnold Wagner Willis Watkins Olson
Carroll Duncan Snyder Hart Cunningham Lane Andrews Harper Fox Riley Armstrong Carpenter Weaver Greene Lawrence Elliott
Chapman Sims Austin Peters Franklin Lawson Fields Gutierrez Ryan Schmidt Vargas Wheeler Carlson Gilbert Harrison
Williamson Montgomery Hansen Jacobs Reynolds Fuller Lynch Bishop Romero Garrett Burton Larson Frazier Hanson Mendez
Moreno Fowler Brewer Hoffman Pearson Holland Douglas Fleming Jensen Vargas Byrd Davidson Hopkins Contreras Silva
O'Brien O'Connor O'Neill O'Sullivan O'Reilly McDonald MacDonald McCarthy McKenzie MacKenzie McLean McGrath Fitzgerald
Gallagher Doyle Byrne Kavanagh Brennan Quinn Connolly Nolan Buckley Fraser Sinclair Drummond Macleod McGregor Baxter
Whitfield Ashworth Barlow Bradshaw Braithwaite Chadwick Cartwright Clarke Dawson Dyer Eastwood Fairbanks Goodwin
Hargreaves Hodgson Holt Jarvis Kendall Langley Lloyd Marsden Nash Norris Ogden Osborne Pickering Pritchard Radcliffe
Rowe Sheppard Stafford Sutton Thornton Walsh Whitaker Wilkinson Winter Yates Atkinson Barker Bates Bird Davies Griffiths
Müller Mueller Schneider Fischer Weber Meyer Meier Maier Becker Schulz Schulze Schäfer Schaefer Koch Bauer Richter Klein
Wolf Schröder Schroeder Neumann Schwarz Zimmermann Braun Krüger Krueger Hofmann Hartmann Lange Schmitt Werner Schmitz
Krause Lehmann Köhler Koehler Herrmann König Koenig Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Moeller
Weiß Weiss Jung Hahn Schubert Vogel Friedrich Keller Günther Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht
Schuster Simon Ludwig Böhm Winter Kraus Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt
Haas Schreiber Graf Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Voigt Sauer Arnold Wolff Pfeiffer
Martin Bernard Dubois Durand Leroy Moreau Laurent Lefebvre Lefevre Michel Bertrand Roux Fournier Girard Bonnet Dupont
Lambert Fontaine Rousseau Vincent Muller Faure Mercier Blanc Guerin Boyer Garnier Chevalier Francois Legrand Gauthier
Perrin Morin Mathieu Clement Gautier Dumont Marchand Duval Denis Lemaire Barbier Dufour Noel Meunier Brunet Blanchard
Fernandez Fernández Garcia García Martínez Rodríguez González López Sánchez Pérez Gómez Jiménez Hernández Díaz
Álvarez Muñoz Munoz Romero Alonso Gutiérrez Navarro Domínguez Vázquez Gil Serrano Blanco Molina Suárez Delgado Castro
Ortega Rubio Marín Sanz Iglesias Núñez Medina Garrido Cortés Castillo Lozano Guerrero Cano Prieto Méndez Herrera Peña
Vega Fuentes Carrasco Campos Cabrera Reyes Aguilar Santana Pascual Herrero Montero Hidalgo Salazar Espinoza Rojas
Silva Santos Oliveira Souza Sousa Pereira Costa Rodrigues Almeida Nascimento Lima Araújo Araujo Ferreira Ribeiro
Carvalho Gomes Martins Rocha Alves Fernandes Barbosa Cardoso Teixeira Moreira Correia Cunha Pinto Mendes Nunes Lopes
Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti DeLuca Costa Giordano Mancini
Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile
Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte Ferretti Pellegrini Palumbo Sanna Fabbri
Jansen DeVries Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Smits Kok Jacobs
Vermeulen Maes Willems Claes Goossens Wouters Mertens Lemmens Janssens Johansson Andersson Karlsson Nilsson Eriksson
Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Lindberg Lindqvist Lindgren Berg Bergström Lundgren
Hansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Johansen Jensen Nielsen Christensen Rasmussen Sørensen
Petersen Madsen Kristensen Virtanen Korhonen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen
Nowak Kowalski Kowalska Wiśniewski Wisniewski Wójcik Wojcik Kowalczyk Kamiński Kaminski Lewandowski Zieliński
Zielinski Szymański Woźniak Dąbrowski Dabrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Piotrowski Grabowski
Novák Novak Svoboda Novotný Dvořák Dvorak Černý Procházka Horváth Horvath Kovács Kovacs Nagy Szabó Szabo Tóth Toth
Varga Kiss Molnár Popescu Ionescu Popa Dumitru Stan Stoica Ivanov Ivanova Petrov Petrova Smirnov Smirnova Kuznetsov
Popov Sokolov Lebedev Kozlov Novikov Morozov Volkov Pavlov Semenov Kovalenko Shevchenko Bondarenko Tkachenko Kravchenko
Jovanović Jovanovic Petrović Petrovic Nikolić Nikolic Marković Markovic Papadopoulos Nikolaidis Georgiou Yılmaz Yilmaz
Kaya Demir Çelik Celik Şahin Sahin Yıldız Yildiz Öztürk Ozturk Aydın Aydin Arslan Doğan Dogan Kılıç Kilic Aslan
Khan Ahmed Hussain Malik Ali Hassan Hussein Ibrahim Mahmoud Mansour Haddad Khalil Saleh Nasser Farouk Aziz Rahman Karimi
Hosseini Ahmadi Mohammadi Cohen Levy Levi Mizrahi Peretz Biton Friedman Goldberg Rosenberg Katz Shapiro Goldstein
Sharma Verma Gupta Singh Kumar Patel Shah Mehta Joshi Reddy Rao Nair Iyer Menon Pillai Desai Chopra Kapoor Malhotra
Banerjee Mukherjee Chatterjee Das Ghosh Bose Mishra Pandey Tiwari Yadav Chauhan Agarwal Jain Bhat Kulkarni Patil
Okafor Okonkwo Adeyemi Adebayo Ogunleye Eze Nwosu Obi Balogun Abubakar Mensah Owusu Boateng Asante Appiah Nkrumah
Dlamini Nkosi Ndlovu Khumalo Mokoena Botha VanWyk Pretorius Kamau Mwangi Otieno Ochieng Wanjiku Njoroge Kariuki
Mutasa Moyo Diallo Traoré Traore Keita Diop Ndiaye Sow Camara Wang Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Zhu
Hu Guo Lin Luo Zheng Liang Xie Tang Deng Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su
Lu Ding Ren Shen Yao Zhong Tan Wong Chan Cheung Lau Leung Ng Ho Kwok Sato Satō Suzuki Takahashi Tanaka Watanabe Ito
Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Saito Mori Abe
Ikeda Hashimoto Ishikawa Ogawa Okada Fujita Goto Hasegawa Park Choi Jeong Kang Cho Yoon Jang Lim Han Shin Seo Kwon
Hwang Song Tran Pham Hoang Phan Vu Dang Bui Duong Ngo Ly Santoso Wijaya Hidayat Setiawan Kusuma Saputra Cruz Bautista
Villanueva Dela Mendoza Aquino Pascual Fernandes DaSilva Ode Chen Osei Addo
";
