//! Given names.

/// Names that are hardly ever anything else.
pub(super) const CERTAIN: &str = "
James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Donald
Steven Stephen Paul Andrew Joshua Kenneth Kevin Brian George Timothy Ronald Edward Jason Jeffrey Ryan Jacob Gary
Nicholas Eric Jonathan Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander Frank Patrick Raymond Dennis
Jerry Tyler Aaron Jose Adam Nathan Henry Douglas Zachary Peter Kyle Walter Ethan Jeremy Harold Keith Christian Roger
Noah Gerald Carl Terry Sean Austin Arthur Lawrence Jesse Dylan Bryan Joe Billy Bruce Albert Willie Gabriel Logan
Alan Juan Wayne Ralph Roy Eugene Randy Vincent Russell Louis Philip Bobby Johnny Bradley Mary Patricia Jennifer Linda
Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley Kimberly Emily Donna Michelle
Carol Amanda Melissa Deborah Stephanie Dorothy Rebecca Sharon Laura Cynthia Amy Kathleen Angela Shirley Brenda Emma
Anna Pamela Nicole Samantha Katherine Christine Helen Debra Rachel Carolyn Janet Maria Catherine Heather Diane Olivia
Julie Joyce Victoria Ruth Virginia Lauren Kelly Christina Joan Evelyn Judith Andrea Hannah Megan Cheryl Jacqueline
Martha Madison Teresa Gloria Sara Janice Ann Kathryn Abigail Sophia Frances Jean Alice Judy Isabella Julia Denise
Amber Danielle Marilyn Beverly Charlotte Natalie Theresa Diana Brittany Doris Kayla Alexis Lori Marie Oliver Liam
Mason Lucas Jack Owen Theodore Levi Isaac Wyatt Julian Leo Caleb Connor Eli Elijah Aiden Harry Alfie Archie Freddie
Oscar Finley Callum Ewan Rory Hamish Fergus Declan Cormac Niamh Siobhan Aoife Ciara Saoirse Orla Fiona Isla Eilidh
Imogen Poppy Phoebe Freya Matilda Harriet Beatrice Eleanor Florence Georgina Gemma Leanne Kirsty Bethany Chloe Zoe
Mia Ella Ava Amelia Sophie Lucy Mila Layla Nora Hazel Aria Scarlett Lillian Addison Aubrey Ellie Stella Natasha
Maya Tom Tim Ben Sam Dan Matt Mike Steve Dave Chris Alex Nick Andy Tony Jim Bob Rob Greg Jeff Ken Ron Don Ted Fred
Kate Katie Jenny Jess Becky Vicky Debbie Lizzie Maggie Meg Molly Sally Annie Abby Anne Jane Jill Jo Joanna Joanne
Lydia Miriam Naomi Esther Judah Ezra Tobias Simon Martin Colin Graham Nigel Trevor Stuart Neil Ian Alastair Duncan
Malcolm Angus Gavin Craig Derek Dominic Edmund Felix Hugo Jasper Rupert Sebastian Toby Hans Klaus Jürgen Juergen
Wolfgang Dieter Günter Günther Horst Uwe Bernd Rainer Helmut Heinz Werner Manfred Karl Friedrich Ludwig Johannes
Matthias Andreas Stefan Michaela Markus Torsten Thorsten Sven Jens Lars Olaf Ralf Holger Jörg Kai Florian Lukas Leon
Finn Jonas Niklas Maximilian Moritz Philipp Fabian Tobias Jan Björn Anke Antje Birgit Brigitte Claudia Elke Gabriele
Gisela Heike Helga Ingrid Jutta Karin Katja Kerstin Kirsten Lena Lieselotte Manuela Marlene Monika Petra Renate Sabine
Silke Sigrid Susanne Tanja Ulrike Ursula Ute Greta Frieda Johanna Leonie Lea Emilia Hanna Pierre Jacques Michel Alain
Philippe Bernard Christophe François Francois Guillaume Laurent Olivier Thierry Pascal Julien Nicolas Antoine Mathieu
Sébastien Sebastien Frédéric Frederic Étienne Etienne Benoît Benoit Rémi Remi Gérard Gerard Yves Luc Marc Mathilde
Camille Chloé Manon Léa Inès Amélie Aurélie Aurelie Céline Celine Delphine Élodie Elodie Émilie Geneviève Hélène
Helene Isabelle Juliette Laetitia Margaux Nathalie Océane Sandrine Sylvie Valérie Valerie Véronique Veronique Virginie
Carlos Luis Jorge Miguel Javier Manuel Antonio Francisco Fernando Alejandro Pedro Pablo Sergio Alberto Ramón Ramon
Rafael Diego Andrés Andres Raúl Raul Ricardo Eduardo Enrique Roberto Rodrigo Álvaro Alvaro Joaquín Joaquin Ignacio
Gonzalo Guillermo Gustavo Héctor Hector Ángel José Jesús Iván Óscar Mateo Santiago Emiliano Matías Carmen Ana Isabel
Pilar Josefa Lucía Lucia Cristina Marta Elena Rosa Beatriz Silvia Raquel Rocío Rocio Mónica Monica Sofía Sofia Valentina
Camila Gabriela Daniela Mariana Alejandra Fernanda Ximena Guadalupe Verónica Veronica Yolanda Concepción Dolores
Consuelo Inmaculada João Joao Paulo Tiago Bruno Rui Nuno Vasco Luís Thiago Caio Vinícius Joana Inês Beatriz Mafalda
Giovanni Giuseppe Marco Matteo Alessandro Andrea Luca Lorenzo Davide Stefano Francesco Roberto Paolo Mario Luigi Pietro
Salvatore Vincenzo Angelo Massimo Enzo Giorgio Fabio Simone Giulia Chiara Francesca Federica Alessia Martina Elisa
Paola Giovanna Silvana Raffaella Caterina Ilaria Valentino Willem Pieter Dirk Hendrik Joost Maarten Sander Jeroen
Bart Ruben Daan Sem Bram Thijs Marieke Anneke Femke Sanne Lotte Fleur Anouk Mieke Annelies Erik Anders Nils Magnus
Gustav Oskar Axel Henrik Mikael Johan Fredrik Karl Astrid Ingeborg Solveig Linnea Elsa Ebba Maja Sigrun Kristin Mette
Pernille Rasmus Søren Soren Mikkel Jesper Kasper Aleksi Mikko Juhani Timo Antti Jari Päivi Aino Sanna Kaisa
Piotr Krzysztof Andrzej Tomasz Paweł Pawel Jakub Mateusz Łukasz Lukasz Michał Michal Marcin Grzegorz Wojciech Zbigniew
Stanisław Katarzyna Małgorzata Malgorzata Agnieszka Krystyna Ewa Zofia Magdalena Joanna Barbara Aleksandra Dorota
Jiří Jiri Jan Petr Pavel Tomáš Tomas Martina Zuzana Kateřina Tereza Lenka Jana Dávid László Laszlo István Istvan
Zoltán Zoltan Gábor Gabor Attila Balázs Eszter Katalin Ildikó Ivan Dmitri Dmitry Sergei Sergey Alexei Alexey Vladimir
Nikolai Mikhail Boris Igor Oleg Yuri Andrei Anatoly Konstantin Maxim Pavlo Oleksandr Olena Oksana Natalia Natalya
Tatiana Svetlana Irina Olga Ekaterina Anastasia Yulia Ksenia Ludmila Galina Vera Nadia Milan Dragan Zoran Goran Nikola
Jovana Milica Ana Ivana Mladen Dimitris Giorgos Nikos Yannis Kostas Eleni Katerina Vasiliki Despina Mehmet Mustafa
Ahmet Ali Hüseyin Huseyin Hasan Ibrahim İbrahim Emre Murat Burak Cem Ayşe Ayse Fatma Zeynep Elif Merve Esra Emine
Mohammed Muhammad Mohamed Ahmed Omar Hassan Hussein Khalid Abdullah Abdul Youssef Yusuf Karim Tariq Samir Rashid
Bilal Hamza Imran Faisal Nabil Walid Fatima Aisha Khadija Maryam Zainab Noor Layla Leila Amina Yasmin Samira Salma
Hana Rania Reza Mahmoud Ehsan Farhad Parisa Shirin Nasrin Arash David Yosef Moshe Avraham Yael Noa Tamar Shira Rivka
Rahul Amit Raj Rajesh Suresh Ramesh Vijay Sanjay Anil Sunil Arjun Rohan Rohit Vikram Aditya Arun Ashok Deepak Karthik
Manoj Nikhil Pradeep Ravi Sandeep Siddharth Priya Anjali Pooja Neha Kavita Sunita Lakshmi Deepika Divya Meera Nisha
Radha Shreya Swati Ananya Aishwarya Sneha Farhan Zara Ayesha Usman Bilqis Chinedu Emeka Ngozi Chioma Adaeze Oluwaseun
Tunde Folake Funmi Yemi Kwame Kofi Kwabena Akosua Ama Abena Thabo Sipho Nomsa Lerato Zanele Wanjiru Kamau Njoroge
Achieng Otieno Tendai Farai Amara Zuri Fatou Mamadou Aminata Ousmane Wei Ming Jun Xiao Li Hui Jing Yan Fang Lei Hao
Yifan Mei Ling Xin Chen Jian Qiang Hiroshi Takashi Kenji Yuki Haruto Satoshi Akira Daisuke Naoki Kazuki Sakura Yuko
Keiko Akiko Aiko Emi Naomi Haruka Minjun Jiho Seoyeon Jiwoo Minji Hyun Jisoo Sung Thanh Nguyen Minh Tuan Huong Linh
Trang Anh Duc Siti Nur Budi Agus Dewi Putri Wayan Ketut Made Rizal Juanita Maricel Jomar Arnel Malia Keanu Tane Aroha
";

/// Names that are also words, months, places or brands: they count with a family name behind them,
/// or where a name is announced.
pub(super) const DOUBTFUL: &str = "
Mark Will Bill Rose Grace Hope Faith Joy May April June August Summer Autumn Dawn Eve Iris Lily Daisy Violet Ivy Olive
Ruby Pearl Jade Crystal Jordan Paris London Sydney Georgia Chelsea Brooklyn Dakota Carolina Savannah Chase Hunter
Mason Carter Cooper Parker Taylor Tanner Walker Miles Max Rob Pat Art Gene Guy Drew Jay Ray Rich Buck Chip Cliff Dale
Dean Earl Forrest Glen Grant Heath Lance Lane Nick Pierce Reed Rex Rod Rusty Sterling Storm Wade Ward Abel Angel Blake
Brook Cash Christian Colt Destiny Genesis Harmony Haven Honor Journey Justice Kit Liberty Melody Merit Mercedes Nova
Page Paige Piper Prince Princess Reign River Robin Sage Scout Skye Sky Star Stone Sunny Trinity Unity Wren Young
Victor Major Duke King Jack Frank Joe Bob Alexa Siri Claude Gemini Phoenix Austin Dallas Houston Virginia Florence
Vienna Sienna Verona Roma India China America Asia Chad Israel Kenya Ireland Holland Francis Constance Clement Noble
Ernest Frank Jersey Tesla Ford Bentley Porsche Kelly Ash Basil Bay Clay Flint Moss Reef Sandy Penny Ginger Cherry
Candy Honey Coral Amber Opal Gale Gail Bishop Abbott Deacon Judge Mercy Patience Prudence Charity Felicity Verity Tai
Ali Lee Kim Long Song Sung Ming Li Chen Jun Lei Fang Made Ama Star Mina Rio Cairo Ada Julia Ruby Pascal Delphi Basic
";
